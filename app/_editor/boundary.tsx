"use client";
import { Component, type ReactNode } from "react";

type BoundaryProps = { fallback: ReactNode; children: ReactNode };

/** One broken preview must not take the page with it. */
export class Boundary extends Component<BoundaryProps, { broken: boolean }> {
  override state = { broken: false };
  static getDerivedStateFromError() {
    return { broken: true };
  }
  override render() {
    return this.state.broken ? this.props.fallback : this.props.children;
  }
}
