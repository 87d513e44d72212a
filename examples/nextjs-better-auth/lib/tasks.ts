import { accessToken } from "./access-token";

export interface Task {
  id: string;
  title: string;
  done: boolean;
}

/** Thrown if the API refuses a request. The message is meant to be shown to the user. */
export class Refused extends Error {}

/** Reads and changes one user's tasks by calling the API directly. */
export const tasksAt = (url: string) => ({
  list: () => call<Task[]>("GET", `${url}?sort=newest&limit=100`),
  add: (title: string) => call<Task>("POST", url, { title }),
  mark: (id: string, done: boolean) => call<Task>("PATCH", `${url}/${id}`, { done }),
  remove: (id: string) => call<void>("DELETE", `${url}/${id}`),
});

async function call<T>(method: string, url: string, body?: object): Promise<T> {
  const token = await accessToken();
  let answer = await send(method, url, token, body);
  // The token expired, or the API's secret changed: try once more with a fresh token.
  if (answer.status === 401) answer = await send(method, url, await accessToken(token), body);
  if (!answer.ok) throw new Refused(await reason(answer));
  return answer.status === 204 ? (undefined as T) : answer.json();
}

const send = (method: string, url: string, token: string, body?: object) =>
  fetch(url, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
    // The token identifies the caller, so no cookies are sent.
    credentials: "omit",
    cache: "no-store",
  });

/** Returns the `detail` member of the problem details (RFC 9457), or a general message if the response has none. */
async function reason(answer: Response): Promise<string> {
  const problem: { detail?: string } = await answer.json().catch(() => ({}));
  return problem.detail ? `${problem.detail}.` : `The tasks server answered ${answer.status}.`;
}
