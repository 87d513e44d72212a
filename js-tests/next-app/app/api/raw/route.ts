export { GET, POST } from "../../docs/raw/route";
