import type { GetServerSideProps } from "next";

/** The same content in the Pages Router, guarded only by the proxy. */
export const getServerSideProps: GetServerSideProps = async () => ({ props: { text: "vault content" } });

export default function Page({ text }: { text: string }) {
  return <p>{text}</p>;
}
