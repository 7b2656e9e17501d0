"""jupyter_client's provisioner, on a zygote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from ect_research.study.kernels.fork_client import Zygote, ZygoteError

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

# Place of the connection file in the command of a kernel (`papermill_engine.ThisPython`), before the seed.
_CONNECTION = 4


class ForkedProvisioner(LocalProvisioner):
    """Forks kernels from a zygote; starts a plain one when the zygote cannot serve."""

    zygote: Zygote

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401 - its signature
        """Fork the kernel that ``cmd`` would have started."""
        request = {
            "connexion": cmd[_CONNECTION],
            "graine": int(cmd[_CONNECTION + 1]),
            "dossier": str(kwargs["cwd"]),
            "environnement": kwargs["env"],
            "journal": kwargs["stdout"].name,
        }
        try:
            process = self.zygote.fork(request)
        except ZygoteError:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info
