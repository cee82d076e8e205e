import { currentPerson } from "@/server/auth/current-member";
import { teamCookie } from "@/server/auth/team-of-request";
import { openRoute } from "@/server/route";
import { web } from "@/server/web";

/** Keeps in this browser which team its person works in. */
export const POST = openRoute("team.choose", async (request: Request) => {
  const parts = await web();
  const person = await currentPerson(parts, request.headers);
  if (!person) return away("/signed-out");
  const wanted = await request.formData().then(
    (form) => form.get("team"),
    () => null,
  );
  const team = person.teams.find(({ id }) => id === wanted);
  if (!team) return away("/teams");
  const response = away("/");
  response.headers.append("set-cookie", teamCookie(team.id, parts.env));
  return response;
});

const away = (location: string) => new Response(null, { status: 303, headers: { location } });
