"""The engines that the settings ask for, loaded."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.gateway.client import GatewayClient
from kiosk.identity.authority import ANSWER_SECONDS, CONNECT_SECONDS, READ_SECONDS, AuthorityComparison, private
from kiosk.identity.comparison import Comparison, VectorComparison
from kiosk.identity.dlib_engine import LANDMARKS_5, LANDMARKS_68, RESNET, DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import AttackNetwork, LandmarkSource
from kiosk.identity.mesh import DETECTOR, EYE, MESH, MeshLandmarks
from kiosk.identity.models import EngineFault, ModelFile, unavailable
from kiosk.identity.onnx_engine import OnnxAttackNetwork, OnnxEmbedder
from kiosk.settings import EngineName, FaceSettings


@dataclass(frozen=True, slots=True)
class Engines:
    """Where faces and their points come from, who compares them (all have to agree), and who looks for attacks."""

    landmarks: LandmarkSource
    comparisons: tuple[Comparison, ...]
    attack_network: AttackNetwork | None = None


def load(settings: FaceSettings, line: str) -> Engines:
    """Load everything; ``line`` is the back office's URL, which only the engine ``authority`` needs.

    Raises EngineUnavailable.
    """
    landmarks = MeshLandmarks() if settings.landmarks == "mesh" else DlibLandmarks()
    network = settings.attack_network
    return Engines(
        landmarks,
        tuple(_comparison(name, settings, line) for name in settings.engines),
        OnnxAttackNetwork(network) if network is not None else None,
    )


def names_of(settings: FaceSettings) -> tuple[str, ...]:
    """What the engines that the settings ask for call themselves; nothing is loaded."""
    names = {"dlib": DlibEmbedder.calibration.engine, "authority": AuthorityComparison.name}
    if settings.onnx is not None:
        names["onnx"] = settings.onnx.name
    return tuple(names[engine] for engine in settings.engines)


def files_of(settings: FaceSettings) -> tuple[ModelFile, ...]:
    """The model files that the settings ask for, and what each has to be; none is opened."""
    files = [DETECTOR, MESH, EYE] if settings.landmarks == "mesh" else [LANDMARKS_68]
    if "dlib" in settings.engines:
        files += [LANDMARKS_5, RESNET]
    networks = (settings.onnx if "onnx" in settings.engines else None, settings.attack_network)
    files += [ModelFile(network.file.name, network.sha256) for network in networks if network is not None]
    return tuple(files)


def _comparison(name: EngineName, settings: FaceSettings, line: str) -> Comparison:
    match name:
        case "dlib":
            return VectorComparison(DlibEmbedder())
        case "onnx":
            assert settings.onnx is not None  # the settings were checked
            return VectorComparison(OnnxEmbedder(settings.onnx))
        case "authority":
            if not private(line):
                raise unavailable(EngineFault.LINE_OPEN, "pictures are sent over https only")
            client = GatewayClient(
                line, connect_seconds=CONNECT_SECONDS, read_seconds=READ_SECONDS, most_seconds=ANSWER_SECONDS
            )
            return AuthorityComparison(client.compare_faces)
