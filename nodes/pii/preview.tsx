export { Cleaned as Preview } from "@/app/_ui/preview";
