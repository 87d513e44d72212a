import { auth } from "../lib/auth";

export async function getServerSideProps({ req }) {
  const session = await auth.getSession(req);
  return { props: { name: session?.user.name ?? "nobody" } };
}

export default function Kept({ name }) {
  return <p id="kept">{`kept for ${name}`}</p>;
}
