export default function Page() {
  return <p>let through</p>;
}
