import { Forms } from "../form/forms";

/** A public page, where only the actions require a session. */
export default function Page() {
  return <Forms />;
}
