import {
  ArrowLeftRight,
  ArrowRightToLine,
  ArrowUp,
  BookOpen,
  ChartNoAxesGantt,
  Check,
  ChevronDown,
  ChevronLeft,
  ChevronRight,
  Copy,
  Cpu,
  Database,
  Download,
  Ellipsis,
  ExternalLink,
  Eye,
  Folder,
  GitBranch,
  Hand,
  KeyRound,
  Layers,
  LayoutGrid,
  ListFilter,
  type LucideIcon,
  type LucideProps,
  Map as MapIcon,
  Maximize,
  MessageSquare,
  Minus,
  Monitor,
  MousePointer2,
  Pause,
  Pencil,
  Pin,
  Play,
  Plus,
  Redo2,
  Rocket,
  RotateCw,
  Search,
  Settings,
  Snowflake,
  Split,
  Square,
  SquareTerminal,
  StickyNote,
  Trash2,
  TriangleAlert,
  Undo2,
  Upload,
  User,
  Workflow,
  X,
  Zap,
} from "lucide-react";
import type { ComponentType } from "react";

/** A sign that is seen as one shape. */
const filled = (Shape: LucideIcon) =>
  function Filled(props: LucideProps) {
    return <Shape {...props} fill="currentColor" />;
  };

/** What the signs of the interface stand for, and the icon of lucide that says it. Kinds of nodes name theirs in their definition. */
const ICONS = {
  arrow: MousePointer2,
  bolt: Zap,
  book: BookOpen,
  branch: GitBranch,
  chat: MessageSquare,
  check: Check,
  copy: Copy,
  cpu: Cpu,
  data: Database,
  deploy: Rocket,
  dl: Download,
  down: ChevronDown,
  external: ExternalLink,
  eye: Eye,
  filter: ListFilter,
  fit: Maximize,
  folder: Folder,
  gear: Settings,
  grid: LayoutGrid,
  hand: Hand,
  key: KeyRound,
  layers: Layers,
  left: ChevronLeft,
  map: MapIcon,
  minus: Minus,
  more: Ellipsis,
  note: StickyNote,
  pause: filled(Pause),
  pencil: Pencil,
  pin: Pin,
  play: filled(Play),
  plus: Plus,
  redo: Redo2,
  retry: RotateCw,
  right: ChevronRight,
  runs: ChartNoAxesGantt,
  screen: Monitor,
  search: Search,
  send: ArrowUp,
  snow: Snowflake,
  split: Split,
  stop: filled(Square),
  swap: ArrowLeftRight,
  term: SquareTerminal,
  tidy: Workflow,
  to: ArrowRightToLine,
  trash: Trash2,
  undo: Undo2,
  upload: Upload,
  user: User,
  warn: TriangleAlert,
  x: X,
} satisfies Record<string, ComponentType<LucideProps>>;

export type IconName = keyof typeof ICONS;
export type IconLike = IconName | LucideIcon;

type IconProps = { name: IconLike; size?: number; className?: string };

/** lucide draws on 24 units: 2.1 of them are 1.4 px at 16 px. */
const STROKE = 2.1;

/** Decorative: the control or text beside it carries the name. */
export function Icon({ name, size = 16, className = "" }: IconProps) {
  const Shape: ComponentType<LucideProps> = typeof name === "string" ? ICONS[name] : name;
  return (
    <Shape
      size={size}
      strokeWidth={STROKE}
      className={`block flex-none ${className}`}
      focusable="false"
      aria-hidden="true"
    />
  );
}
