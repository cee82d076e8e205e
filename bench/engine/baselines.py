"""100 no-op steps in Prefect and in Dagster, each with its own storage: `baselines.py SIDE HOME` prints seconds as JSON."""

import json
import logging
import os
import sys
import time

SIDE, HOME = sys.argv[1], sys.argv[2]
NODES = 100
COLD = 2
CACHED = 2


def timed(work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def prefect() -> dict:
    """Tasks with persisted results, against the local server that Prefect starts by itself (SQLite)."""
    os.environ.update(
        PREFECT_HOME=HOME,
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_LOGGING_LEVEL="ERROR",
        PREFECT_SERVER_LOGGING_LEVEL="ERROR",
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",
        DO_NOT_TRACK="1",
    )
    from prefect import flow, task
    from prefect.cache_policies import INPUTS

    @task(persist_result=True, cache_policy=INPUTS)
    def step(before: str, tag: str) -> str:
        return f"{before[:40]} {tag}"

    @task(persist_result=True, cache_policy=INPUTS)
    def join(parts: list) -> str:
        return "\n".join(sorted(parts))

    @flow
    def chain(tag: str) -> None:
        text = tag
        for i in range(NODES):
            text = step(text, str(i))

    @flow
    def fan_out(tag: str) -> None:
        first = step(tag, "0")
        parts = [step.submit(first, str(i)) for i in range(1, NODES - 1)]
        join([part.result() for part in parts])

    @flow
    def one() -> None:
        step("warm-up", "")

    # Starts the server.
    one()
    return measure({"chain": chain, "fan-out": fan_out}, cached=True)


def dagster() -> dict:
    """Ops with stored outputs, run in one process on an instance of its own (SQLite). It has no cache to run again from."""
    os.environ.update(DAGSTER_HOME=HOME, DAGSTER_DISABLE_TELEMETRY="true")
    with open(os.path.join(HOME, "dagster.yaml"), "w") as file:
        file.write("telemetry:\n  enabled: false\n")
    from dagster import DagsterInstance, FilesystemIOManager, graph, op

    logging.disable(logging.CRITICAL)

    @op(config_schema=str)
    def source(context) -> str:
        return context.op_config

    def step_of(i: int):
        @op(name=f"step_{i}")
        def step(before: str) -> str:
            return f"{before[:40]} {i}"

        return step

    @op
    def join(parts: list) -> str:
        return "\n".join(sorted(parts))

    steps = [step_of(i) for i in range(1, NODES)]

    @graph
    def chain():
        text = source()
        for step in steps:
            text = step(text)

    @graph
    def fan_out():
        first = source()
        join([step(first) for step in steps[:-1]])

    def runner(made):
        job = made.to_job(resource_defs={"io_manager": FilesystemIOManager()})
        instance = DagsterInstance.get()

        def run(tag: str) -> None:
            result = job.execute_in_process(instance=instance, run_config={"ops": {"source": {"config": tag}}})
            assert result.success

        return run

    return measure({"chain": runner(chain), "fan-out": runner(fan_out)}, cached=False)


def measure(flows: dict, cached: bool) -> dict:
    answer = {}
    for name, run in flows.items():
        cold = [timed(lambda: run(f"{name} cold {i}")) for i in range(COLD)]
        again = [timed(lambda: run(f"{name} cold 0")) for _ in range(CACHED)] if cached else []
        answer[name] = {"cold": cold, "cached": again}
        print(SIDE, name, answer[name], file=sys.stderr)
    return answer


# It ends in the ordinary way: Prefect stops its server then.
print(json.dumps({"prefect": prefect, "dagster": dagster}[SIDE]()), flush=True)
