"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useCallback, useEffect } from "react";
import { keyName } from "@/app/_canvas/actions/key-name";
import { actionOfKeys, useKeysText } from "@/app/_canvas/actions/use-bindings";
import { useEditor, useView } from "@/app/_editor/context";
import type { Sync } from "@/app/_editor/sync";
import { useErrorText } from "@/app/_editor/words";
import { useTRPC, useTRPCClient } from "@/app/trpc/provider";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Menu, MenuItem, MenuLabel, MenuRule } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { useFormat } from "@/ui/use-format";
import { SaveDialog } from "./save-dialog";

const SHOWN = 50;

/** Snapshots of the graph: save one, see what changed since one. `onCompare` brings the canvas into sight. */
export function Versions({ sync, onCompare }: { sync: Sync; onCompare: () => void }) {
  const { graphId, readOnly, view } = useEditor();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const t = useTranslations("app.editor.versions");
  const format = useFormat();
  const errorText = useErrorText();
  const keys = useKeysText();
  const naming = useView((v) => v.naming);
  const setNaming = useCallback((on: boolean) => view.setState({ naming: on }), [view]);
  const { data } = useQuery(trpc.graphs.versions.queryOptions({ id: graphId }));
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (actionOfKeys(keyName(event))?.name !== "saveVersion") return;
      event.preventDefault();
      if (!readOnly) setNaming(true);
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [readOnly, setNaming]);

  const save = async (name: string) => {
    // The version is made of what the server has.
    await sync.flush();
    const { number } = await client.graphs.saveVersion.mutate({ id: graphId, ...(name ? { name } : {}) });
    toast(t("saved", { number }));
    const list = trpc.graphs.versions.queryFilter({ id: graphId });
    // A first reading that is still under way does not know the new version.
    await queries.cancelQueries(list);
    await queries.invalidateQueries(list);
  };
  const compare = async (number: number, name: string | null) => {
    try {
      const file = await client.graphs.version.query({ id: graphId, number });
      onCompare();
      view.setState({ compare: { number, name, file } });
    } catch (error) {
      toast(errorText(error as Error));
    }
  };
  const last = data?.[0]?.number;
  return (
    <>
      <Menu
        className="min-w-64"
        trigger={
          <Button variant="ghost" size="sm" className="text-ink-2" title={t("label")}>
            {last === undefined ? t("draftFirst") : t("draft", { number: last + 1 })}
            <Icon name="down" size={14} />
          </Button>
        }
      >
        {!readOnly && (
          <MenuItem icon="pin" keys={keys("saveVersion")} onSelect={() => setNaming(true)}>
            {t("save")}
          </MenuItem>
        )}
        <MenuRule />
        <MenuLabel>{data?.length ? t("changes") : t("none")}</MenuLabel>
        {data?.slice(0, SHOWN).map((version) => (
          <MenuItem
            key={version.number}
            hint={format.moment(version.createdAt)}
            onSelect={() => void compare(version.number, version.name)}
          >
            {t("version", { number: version.number })}
            {version.name ? ` · ${version.name}` : ""}
          </MenuItem>
        ))}
      </Menu>
      {naming && <SaveDialog save={save} close={() => setNaming(false)} />}
    </>
  );
}
