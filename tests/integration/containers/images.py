"""The images that the suite runs; nothing is pulled."""

from __future__ import annotations

from testcontainers.core.docker_client import DockerClient

from waybill_common.version import VERSION


def need_image(image: str) -> str:
    """``image`` itself. Raises RuntimeError where the engine does not have it."""
    docker = DockerClient().client
    try:
        known = {tag for one in docker.images.list() for tag in one.tags}
    finally:
        docker.close()
    if image not in known:
        raise RuntimeError(f"This machine has no image {image}: run `make images` first.")
    return image


def ours(name: str) -> str:
    """An image of this release, made by ``make images``."""
    return need_image(f"waybill/{name}:{VERSION}")
