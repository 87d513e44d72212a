// What a fixture says of the package that it imported: every case, and how long import and the first token took.
import { runCases } from "../package/cases.mjs";

const SECRET = "0123456789abcdef0123456789abcdef";
const TOKEN =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyXzAxIiwiZXhwIjo0MDAwMDAwMDAwLCJpYXQiOjE4MDAwMDAwMDB9.vMKOv_eMCM7DwiMW4ICUfGRSiWmfKLIM9ACK7Il9S8Y";

export async function report(edgeseal, imported) {
  const start = performance.now();
  edgeseal.verifyJwt(TOKEN, SECRET, { currentDate: new Date(1_800_000_000_000) });
  const verified = performance.now() - start;
  return { imported, verified, cases: (await runCases(edgeseal)).length };
}
