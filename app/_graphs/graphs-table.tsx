"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useErrorText } from "@/app/_editor/words";
import type { AppRouter } from "@/server/router";
import { Button, IconButton } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/field";
import { Menu, MenuItem, MenuRule } from "../../ui/menu";
import { StatusMark, statusOfRun } from "../../ui/status";
import { Table, Td, Th } from "../../ui/table";
import { toast } from "../../ui/toast";
import { useFormat } from "../../ui/use-format";
import { useMay } from "../_shell/access";
import { useTRPC, useTRPCClient } from "../trpc/provider";
import { saveText } from "./save-text";

type Graph = inferRouterOutputs<AppRouter>["graphs"]["list"][number];

export function GraphsTable({ graphs }: { graphs: readonly Graph[] }) {
  const t = useTranslations("app.graphs");
  const run = useTranslations("app.run");
  const format = useFormat();
  const [renaming, setRenaming] = useState<Graph>();
  const [removing, setRemoving] = useState<Graph>();
  return (
    <>
      <Table aria-label={t("title")}>
        <thead>
          <tr>
            <Th>{t("name")}</Th>
            <Th>{t("lastRun")}</Th>
            <Th num>{t("edited")}</Th>
            <Th className="w-10" />
          </tr>
        </thead>
        <tbody>
          {graphs.map((graph) => (
            <tr key={graph.id}>
              <Td className="w-full max-w-0">
                <Link href={`/g/${graph.id}`} className="block truncate font-medium hover:underline">
                  {graph.name}
                </Link>
                <div className="truncate text-11 text-ink-3">
                  {graph.path ? `${t("fromFile")}: ${graph.path}` : t("runs", { count: graph.runs })}
                </div>
              </Td>
              <Td className="whitespace-nowrap">
                {graph.lastRun && (
                  <Link
                    href={`/runs/${graph.lastRun.id}`}
                    className="inline-flex items-center gap-2 hover:underline"
                  >
                    <StatusMark status={statusOfRun(graph.lastRun.status)} />
                    {run("title", { number: graph.lastRun.number })}
                    <span className="text-ink-3">{format.moment(graph.lastRun.createdAt)}</span>
                  </Link>
                )}
              </Td>
              <Td num className="text-ink-2">
                {format.moment(graph.updatedAt)}
              </Td>
              <Td>
                <GraphMenu
                  graph={graph}
                  onRename={() => setRenaming(graph)}
                  onRemove={() => setRemoving(graph)}
                />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {renaming && <RenameDialog graph={renaming} close={() => setRenaming(undefined)} />}
      {removing && <RemoveDialog graph={removing} close={() => setRemoving(undefined)} />}
    </>
  );
}

function GraphMenu({
  graph,
  onRename,
  onRemove,
}: {
  graph: Graph;
  onRename: () => void;
  onRemove: () => void;
}) {
  const t = useTranslations("app");
  const client = useTRPCClient();
  const may = useMay();
  const save = async () => {
    const { name, text } = await client.graphs.file.query({ id: graph.id });
    saveText(`${name}.json`, text, "application/json");
  };
  return (
    <Menu
      align="end"
      trigger={<IconButton icon="more" size="sm" label={`${t("common.more")}: ${graph.name}`} />}
    >
      {may("graph.edit") && (
        <MenuItem icon="pencil" onSelect={onRename}>
          {t("common.rename")}
        </MenuItem>
      )}
      <MenuItem icon="dl" onSelect={() => void save()}>
        {t("graphs.exportFile")}
      </MenuItem>
      {may("graph.remove") && (
        <>
          <MenuRule />
          <MenuItem icon="trash" danger onSelect={onRemove}>
            {t("common.remove")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function useAfterChange(close: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const errorText = useErrorText();
  return {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: trpc.graphs.list.pathKey() });
      close();
    },
    onError: (error: Parameters<typeof errorText>[0]) => void toast(errorText(error)),
  };
}

function RenameDialog({ graph, close }: { graph: Graph; close: () => void }) {
  const t = useTranslations("app");
  const trpc = useTRPC();
  const [name, setName] = useState(graph.name);
  const { onSuccess, onError } = useAfterChange(close);
  const rename = useMutation(
    trpc.graphs.rename.mutationOptions({ onSuccess, onError: (error) => onError(error) }),
  );
  const valid = name.trim() !== "";
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t("graphs.rename")}
      footer={
        <>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button form="rename-graph" type="submit" variant="primary" disabled={!valid || rename.isPending}>
            {t("common.rename")}
          </Button>
        </>
      }
    >
      <form
        id="rename-graph"
        className="px-4 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) rename.mutate({ id: graph.id, name: name.trim() });
        }}
      >
        <Input
          autoFocus
          aria-label={t("graphs.name")}
          value={name}
          maxLength={200}
          onChange={(e) => setName(e.target.value)}
        />
      </form>
    </Dialog>
  );
}

function RemoveDialog({ graph, close }: { graph: Graph; close: () => void }) {
  const t = useTranslations("app");
  const trpc = useTRPC();
  const { onSuccess, onError } = useAfterChange(close);
  const remove = useMutation(
    trpc.graphs.remove.mutationOptions({ onSuccess, onError: (error) => onError(error) }),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t("graphs.removeTitle", { name: graph.name })}
      description={t("graphs.removeText")}
      footer={
        <>
          <Button onClick={close}>{t("common.cancel")}</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate({ id: graph.id })}
          >
            {t("common.remove")}
          </Button>
        </>
      }
    >
      <span />
    </Dialog>
  );
}
