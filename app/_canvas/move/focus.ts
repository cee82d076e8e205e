/** Where the keyboard goes between the canvas and the panel beside it. */

const FIELD = ":is(input, textarea, select, button, [role=combobox], [role=slider]):not([tabindex='-1'])";

const place = (id: string) =>
  document.querySelector<HTMLElement>(`.canvas .react-flow__node[data-id="${CSS.escape(id)}"]`);

/** Once what was just opened is drawn. */
export const focusSettings = () =>
  void requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`.inspector [role=tabpanel] ${FIELD}`)?.focus(),
  );

/** A screen reader then says the node. One that is out of sight is not drawn yet. */
export const focusNode = (id: string): void => place(id)?.focus({ preventScroll: true });

export const leaveFields = (id: string | undefined): void => {
  const node = id === undefined ? null : place(id);
  if (node) node.focus({ preventScroll: true });
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
};
