import "server-only";
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Kind, type Letter, letterOf } from "@/lib/letters";

export interface Mail extends Letter {
  id: string;
  type: Kind;
  to: string;
  from: string;
  url: string;
  userId: string;
}

const FROM = process.env.EMAIL_FROM ?? "Tasks <no-reply@localhost>";

/** Creates an e-mail and saves it as a file. In production, call your e-mail provider's API here instead. */
export async function sendMail(type: Kind, { to, url, userId }: Pick<Mail, "to" | "url" | "userId">): Promise<void> {
  await keep({ id: randomUUID(), type, to, from: FROM, ...letterOf(type, url), url, userId });
}

/** Writes the e-mail to the `MAIL_FOLDER` folder, where a mailbox page or a test reads it. */
async function keep(mail: Mail): Promise<void> {
  const folder = process.env.MAIL_FOLDER ?? ".mail";
  const file = join(folder, `${Date.now()}-${mail.id}.json`);
  // Only this process's OS user can read the files, because the links in them give access to people's accounts.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.part`, JSON.stringify(mail, null, 2), { mode: 0o600 });
  // Rename the file once it is complete, so that nobody reads a partial one.
  await rename(`${file}.part`, file);
}
