import { authServer } from "../../../../lib/server";

const handler = async (request: Request) => (await authServer()).handler(request);

export const GET = handler;
export const POST = handler;
