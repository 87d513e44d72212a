/** A static page without its own check, guarded only by the proxy. */
export default function Page() {
  return <p>vault content</p>;
}
