"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icon";
import { Menu, MenuItem, MenuLabel, MenuRule } from "@/app/_ui/menu";
import { toast } from "@/app/_ui/toast";
import { useFormat } from "@/app/_ui/use-format";
import { useTRPC, useTRPCClient } from "@/app/trpc/provider";
import { replaceAll } from "@/graph/draft";
import { useEditor } from "./context";

const SHOWN = 12;

/** Snapshots of the graph: save one, go back to one. */
export function Versions() {
  const { graphId, model, readOnly } = useEditor();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const t = useTranslations("app.editor.versions");
  const format = useFormat();
  const { data } = useQuery(trpc.graphs.versions.queryOptions({ id: graphId }));
  const save = useMutation(
    trpc.graphs.saveVersion.mutationOptions({
      onSuccess: ({ number }) => {
        toast(t("saved", { number }));
        void queries.invalidateQueries(trpc.graphs.versions.queryFilter({ id: graphId }));
      },
    }),
  );
  const restore = async (number: number) => {
    replaceAll(model.doc, await client.graphs.version.query({ id: graphId, number }));
    toast(t("restored", { number }));
  };
  const last = data?.[0]?.number;
  return (
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
        <MenuItem icon="pin" onSelect={() => save.mutate({ id: graphId })}>
          {t("save")}
        </MenuItem>
      )}
      <MenuRule />
      <MenuLabel>{data?.length ? t("label") : t("none")}</MenuLabel>
      {data?.slice(0, SHOWN).map((version) => (
        <MenuItem
          key={version.number}
          disabled={readOnly}
          hint={format.moment(version.createdAt)}
          onSelect={() => void restore(version.number)}
        >
          {t("version", { number: version.number })}
          {version.name ? ` · ${version.name}` : ""}
        </MenuItem>
      ))}
    </Menu>
  );
}
