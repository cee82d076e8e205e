import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testJob } from "./_testing/job-folder";
import { firstDifference, listMade } from "./made-files";
import { readJob, writeJob } from "./read-job";

const file = (path: string, sha = "a") => ({ path, size: 1, sha256: sha.repeat(64) });

test("the first file that is not as it was said is named: changed, more, missing, twice", () => {
  expect(firstDifference([file("b"), file("a")], [file("a"), file("b")])).toBeUndefined();
  expect(firstDifference([file("a")], [file("a", "b")])).toBe("a");
  expect(firstDifference([], [file("x")])).toBe("x");
  expect(firstDifference([file("gone")], [])).toBe("gone");
  expect(firstDifference([file("a"), file("a")], [file("a")])).toBe("a");
});

test("links are no files of an artifact", async () => {
  const { folder } = await testJob();
  const dir = join(folder.outputs, "data");
  await writeFile(join(dir, "a.txt"), "hello");
  expect(await listMade(dir)).toEqual([
    { path: "a.txt", size: 5, sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" },
  ]);
  await symlink("/etc/hostname", join(dir, "b"));
  await expect(listMade(dir)).rejects.toMatchObject({ reason: "output-not-a-file", values: { path: "b" } });
  await rm(folder.dir, { recursive: true });
});

test("job.json is refused with the name of what is wrong, when written and when read", async () => {
  const { job, folder } = await testJob();
  expect((await readJob(folder.dir)).job).toEqual(job);
  const both = { type: "dataset" as const, dir: "/a", uri: "s3://b" };
  await expect(writeJob(folder.dir, { ...job, outputs: { data: both } })).rejects.toThrow(
    "exactly one of dir and uri",
  );
  await writeFile(folder.job, JSON.stringify({ ...job, attempt: 0, colour: "red" }));
  await expect(readJob(folder.dir)).rejects.toThrow(/attempt[\s\S]*colour|colour[\s\S]*attempt/);
  await rm(folder.dir, { recursive: true });
});
