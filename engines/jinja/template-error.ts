/** What the template did or met that Jinja2 would refuse too, or that this engine does not know. */
export class TemplateError extends Error {}
