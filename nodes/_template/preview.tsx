export { Cleaned as Preview } from "@/ui/preview";
