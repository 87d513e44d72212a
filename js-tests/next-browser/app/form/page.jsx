import { Forms } from "./forms";

export default function Page() {
  return <Forms />;
}
