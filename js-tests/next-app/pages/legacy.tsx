import type { GetServerSideProps } from "next";

/** The Pages Router's way to the same: only the proxy guards it. */
export const getServerSideProps: GetServerSideProps = async () => ({ props: { text: "vault content" } });

export default function Page({ text }: { text: string }) {
  return <p>{text}</p>;
}
