import { Forms } from "../form/forms";

/** Public: only the actions require a session. */
export default function Page() {
  return <Forms />;
}
