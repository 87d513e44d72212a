import type { GetServerSideProps } from "next";

/** Shows the content of `/vault` in the Pages Router. Only the proxy guards this page. */
export const getServerSideProps: GetServerSideProps = async () => ({ props: { text: "vault content" } });

export default function Page({ text }: { text: string }) {
  return <p>{text}</p>;
}
