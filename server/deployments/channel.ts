/** Rung with the deployment's id when what is wanted of it changed. */
export const DEPLOYMENT_CHANNEL = "telar_deployment";
