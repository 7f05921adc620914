"""Kustomize's own way from a folder to resources, as far as deploy/k8s goes it; Debian's kubectl has none that is new enough.

What it does not know it refuses. A generated ConfigMap keeps its name: Kustomize adds a hash of its content, also where it
is named.
"""

from copy import deepcopy
from pathlib import Path

import yaml

HEAD = {"apiVersion", "kind", "namespace"}
KNOWN = HEAD | {"resources", "patches", "configMapGenerator", "images"}


def built(folder: Path) -> list[dict]:
    """The resources of the kustomization in `folder`."""
    whole = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert set(whole) <= KNOWN, set(whole) - KNOWN
    found = [one for name in whole["resources"] for one in yaml.safe_load_all((folder / name).read_text())]
    for patch in whole.get("patches", ()):
        assert set(patch) == {"path", "target"} and set(patch["target"]) == {"kind"}
        common = yaml.safe_load((folder / patch["path"]).read_text())
        del common["metadata"]
        found = [merged(one, common) if one["kind"] == patch["target"]["kind"] else one for one in found]
    found += [_config_map(one) for one in whole.get("configMapGenerator", ())]
    images = {one["name"]: f"{one['newName']}:{one['newTag']}" for one in whole.get("images", ())}
    for one in found:
        one["metadata"]["namespace"] = whole["namespace"]
        for container in containers(one):
            container["image"] = images.get(container["image"], container["image"])
    return found


def merged(whole, patch):
    """A strategic merge: mappings by key, lists of what has a name by that name, everything else from the patch."""
    if isinstance(whole, dict) and isinstance(patch, dict):
        both = {key: merged(whole[key], patch[key]) for key in whole.keys() & patch.keys()}
        return {**whole, **deepcopy(patch), **both}
    if isinstance(whole, list) and all(isinstance(one, dict) and "name" in one for one in (*whole, *patch)):
        ours, theirs = ({one["name"]: one for one in some} for some in (whole, patch))
        return list(merged(ours, theirs).values())
    return deepcopy(patch)


def pod_of(resource: dict) -> dict | None:
    """The pod that a Deployment or a Job makes, None of anything else."""
    return resource["spec"]["template"]["spec"] if resource["kind"] in ("Deployment", "Job") else None


def containers(resource: dict) -> list[dict]:
    """All containers of a resource's pod."""
    pod = pod_of(resource) or {}
    return [*pod.get("initContainers", ()), *pod.get("containers", ())]


def _config_map(generator: dict) -> dict:
    assert set(generator) == {"name", "literals"}
    data = dict(one.split("=", 1) for one in generator["literals"])
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data}
