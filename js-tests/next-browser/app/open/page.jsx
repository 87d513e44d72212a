import { Forms } from "../form/forms";

/** Public: only the actions ask for a session. */
export default function Page() {
  return <Forms />;
}
