/** Static, and without a check of its own: whoever reads it came past the proxy. */
export default function Page() {
  return <p>vault content</p>;
}
