/** The words of a kind in one language. */
export type NodeText = {
  title: string;
  summary: string;
  ports: Record<string, string>;
  params: Record<string, { title: string; help?: string; options?: Record<string, string> }>;
  failures?: Record<string, string>;
  checks?: Record<string, string>;
};
