/** Static and without its own check: only the proxy guards it. */
export default function Page() {
  return <p>vault content</p>;
}
