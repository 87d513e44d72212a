/** A static page that doesn't check the session itself; only the proxy guards it. */
export default function Page() {
  return <p>vault content</p>;
}
