"""Receives the Worker's events (`EVENTS_WEBHOOK`). When a user is deleted, their tasks are deleted as well."""

import os
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, status
from pydantic import BaseModel, Field, ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

import tasks

_SECRET = os.environ.get("WEBHOOK_SECRET")
# If the secret is not base64, `Webhook` raises an error, and the app doesn't start.
WEBHOOK = Webhook(_SECRET) if _SECRET else None


class Event(BaseModel):
    """The event fields that this API uses. Events also have `id` and `time` fields."""

    type: str
    user_id: Annotated[str, Field(alias="userId", min_length=1)]


async def verified(request: Request) -> Event:
    """Returns the event, or responds with 400 if the Worker did not sign it within the last five minutes."""
    try:
        # The signature covers the body exactly as it was sent.
        body = await request.body()
        assert WEBHOOK is not None
        WEBHOOK.verify(body, dict(request.headers), json_parse=False)
        return Event.model_validate_json(body)
    # Malformed headers and bodies cause a ValueError.
    except (WebhookVerificationError, ValidationError, ValueError) as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "Not a valid webhook") from error


# Left out of the API documentation, because only the Worker calls this endpoint.
router = APIRouter(include_in_schema=False)


@router.post("/events", status_code=status.HTTP_204_NO_CONTENT)
def receive(event: Annotated[Event, Depends(verified)]) -> None:
    """Handles one event. The same event may arrive more than once, but deleting tasks again has no further effect."""
    if event.type == "user.deleted":
        tasks.table.write(tasks.REMOVE_ALL, owner=event.user_id)
