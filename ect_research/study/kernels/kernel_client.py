"""jupyter_client's client, for a kernel that was just born."""

from __future__ import annotations

import time
from contextlib import suppress
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient

_ANSWER_S, _ECHO_S = 1, 0.2


class PromptClient(AsyncKernelClient):
    """A client that is ready as soon as its kernel has answered on both channels.

    jupyter_client's own then listens for a fifth of a second to what was said before: nothing was, and whoever executes
    cells sorts messages by what they answer.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers.

        Args:
            timeout: seconds; no limit when None.

        Raises:
            RuntimeError: the kernel died, or did not answer in time.
        """
        limit = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < limit:
            self.kernel_info()
            with suppress(Empty):
                reply = await self.get_shell_msg(timeout=_ANSWER_S)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=_ECHO_S)
                    return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel did not answer in {timeout} seconds")
