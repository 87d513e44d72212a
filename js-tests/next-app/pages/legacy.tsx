import type { GetServerSideProps } from "next";

/** Shows the content of `/vault` in the Pages Router, guarded only by the proxy. */
export const getServerSideProps: GetServerSideProps = async () => ({ props: { text: "vault content" } });

export default function Page({ text }: { text: string }) {
  return <p>{text}</p>;
}
