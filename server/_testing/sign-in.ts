/** For tests: does what the page of a sign-in link does. Answers the cookies of the session, as a request sends them. */
export async function signInWith(link: string): Promise<string> {
  const { origin, searchParams } = new URL(link);
  const answer = await fetch(`${origin}/sign-in/open`, {
    method: "POST",
    body: new URLSearchParams({ token: searchParams.get("token") ?? "" }),
    redirect: "manual",
  });
  const cookies = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
  if (!cookies.length) throw new Error(`The sign-in link answered ${answer.status} without a cookie.`);
  return cookies.join("; ");
}
