"use client";
export function Notebook() {
  return null;
}
