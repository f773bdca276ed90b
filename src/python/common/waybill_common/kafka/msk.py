"""``kafka.auth = "aws_msk_iam"``: tokens for Amazon MSK, signed with the machine's AWS credentials."""

from __future__ import annotations

from dataclasses import dataclass

from waybill_common.aws_words import aws_words
from waybill_common.errors import KafkaRefused, KafkaUnavailable, WaybillError
from waybill_common.redaction import hide_fetched


@dataclass(frozen=True)
class IamTokens:
    """librdkafka's ``oauth_cb``: it asks again before a token's 15 minutes are over, in a thread of its own.

    ``role`` is the ARN of a role to assume; credentials are looked for anew with each token, so that those of a role
    or an instance are never older than their token.
    """

    region: str
    role: str | None

    def __call__(self, _config: str = "") -> tuple[str, float]:
        """The token, and when it ends in seconds since 1970. Raises ``KafkaRefused`` or ``KafkaUnavailable``."""
        # Both take a second to import, and nobody else needs them.
        from aws_msk_iam_sasl_signer import MSKAuthTokenProvider  # type: ignore[import-untyped]  # it ships no types
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            if self.role is None:
                token, ends_ms = MSKAuthTokenProvider.generate_auth_token(self.region)
            else:
                token, ends_ms = MSKAuthTokenProvider.generate_auth_token_from_role_arn(
                    self.region, self.role
                )
        except (AttributeError, ValueError) as error:
            # The signer's way to say that there are none.
            raise self._refused("this machine has no AWS credentials") from error
        except ClientError as error:
            raise self._refused(aws_words(error)) from error
        except BotoCoreError as error:
            raise self._unavailable(aws_words(error)) from error
        hide_fetched((token,))
        return token, ends_ms / 1000

    def _refused(self, why: str) -> WaybillError:
        return KafkaRefused(
            f"No token for Amazon MSK in {self.region} could be signed: {why}.",
            allowed="AWS credentials in the environment, a profile, a web identity, the container or the instance"
            + (f", which may assume {self.role}." if self.role else "."),
            remedy="give this process credentials that may connect to the cluster (kafka-cluster:Connect).",
        )

    def _unavailable(self, why: str) -> WaybillError:
        return KafkaUnavailable(
            f"No token for Amazon MSK in {self.region} could be signed: {why}.",
            allowed="an answer of AWS's credential services.",
            remedy="check the network and AWS's endpoints; then run again.",
        )
