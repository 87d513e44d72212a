// `useSession` from better-auth/react.
import { createElement } from "react";
import { renderToString } from "react-dom/server";

/** Returns the result of `useSession` on the first render, and the state of its store after each action. */
async function journey({ useSession, $store, signUp, updateUser, changePassword, signOut }) {
  let rendered;
  renderToString(
    createElement(() => {
      rendered = useSession();
      return null;
    }),
  );
  const store = $store.atoms.session;
  const states = { rendered };
  const unsubscribe = store.subscribe(() => {});
  const settled = async (name, act, isSettled) => {
    await act();
    const end = Date.now() + 10_000;
    while ((store.get().isRefetching || !isSettled(store.get().data)) && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    states[name] = { ...store.get(), inTime: isSettled(store.get().data) };
  };
  const gina = { name: "Gina", email: "gina@example.com", password: "first password" };
  await settled(
    "signed out",
    () => store.get().refetch(),
    (data) => data === null,
  );
  await settled(
    "signed up",
    () => signUp.email(gina),
    (data) => data?.user.email === gina.email,
  );
  await settled(
    "renamed",
    () => updateUser({ name: "Regina" }),
    (data) => data?.user.name === "Regina",
  );
  const before = store.get().data?.session.updatedAt;
  await settled(
    "password changed",
    () => changePassword({ currentPassword: gina.password, newPassword: "second password", revokeOtherSessions: true }),
    (data) => data?.session.updatedAt > before,
  );
  await settled(
    "signed out again",
    () => signOut(),
    (data) => data === null,
  );
  unsubscribe();
  for (const state of Object.values(states)) state.refetch = typeof state.refetch;
  return states;
}

export const useSession = [{ name: "useSession", browser: "react", watch: journey }];
