"""Tasks of users in SQLite. Every statement binds its values, and every one names the owner."""

import os
import sqlite3
from threading import Lock
from typing import Annotated, Literal, Optional
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import BaseModel, Field, StrictBool

from auth import Owner, owner
from problems import DOCUMENTED

TABLE = """
CREATE TABLE IF NOT EXISTS task (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS task_of_owner ON task (owner, position);
"""
ADD = "INSERT INTO task (id, owner, title) VALUES (:id, :owner, :title)"
ONE = "SELECT id, title, done FROM task WHERE owner = :owner AND id = :id"
CHANGE = """
UPDATE task SET title = coalesce(:title, title), done = coalesce(:done, done)
WHERE owner = :owner AND id = :id
"""
REMOVE = "DELETE FROM task WHERE owner = :owner AND id = :id"
# After the task whose id is the cursor; without one, from the start.
PAGE = {
    "oldest": """
SELECT id, title, done FROM task
WHERE owner = :owner AND (:cursor IS NULL
    OR position > (SELECT position FROM task WHERE owner = :owner AND id = :cursor))
ORDER BY position LIMIT :limit
""",
    "newest": """
SELECT id, title, done FROM task
WHERE owner = :owner AND (:cursor IS NULL
    OR position < (SELECT position FROM task WHERE owner = :owner AND id = :cursor))
ORDER BY position DESC LIMIT :limit
""",
}


class Table:
    """The one connection of this process, one statement at a time: endpoints run in threads."""

    def __init__(self, path: str) -> None:
        self.lock = Lock()
        # Each statement is a transaction of its own.
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(TABLE)

    def read(self, statement: str, **values: object) -> "list[Task]":
        with self.lock:
            return [Task(**row) for row in self.connection.execute(statement, values).fetchall()]

    def write(self, statement: str, **values: object) -> bool:
        """Whether a row was there."""
        with self.lock:
            return self.connection.execute(statement, values).rowcount > 0


# In memory where no file is named: a restart begins anew.
table = Table(os.environ.get("DATABASE") or ":memory:")

Title = Annotated[str, Field(min_length=1, max_length=200)]


class NewTask(BaseModel):
    """What a caller sends to add a task. Whatever else is sent is ignored, an owner too."""

    title: Title


class Whole(NewTask):
    """What a caller sends in place of a task."""

    done: StrictBool = False


class Change(BaseModel):
    """What a caller sends to change a task: what is not there stays."""

    title: Optional[Title] = None
    done: Optional[StrictBool] = None


class Task(BaseModel):
    """A task of one user."""

    id: str
    title: str
    done: bool = False


class Page(BaseModel):
    """Which tasks, in which order. The next page begins after the last task of this one."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[Optional[str], Field(pattern=r"^[0-9a-f]{32}$", description="The id of a task")] = None
    sort: Literal["oldest", "newest"] = "oldest"


# Nothing under this router is reached without a token whose user is the one of the path.
router = APIRouter(prefix="/api/{user_id}/tasks", dependencies=[Depends(owner)], responses=DOCUMENTED)


def found(tasks: list[Task]) -> Task:
    """The task, else 404: another user's is as little there as one that never was."""
    if not tasks:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such task")
    return tasks[0]


@router.get("")
def list_tasks(user: Owner, page: Annotated[Page, Query()]) -> list[Task]:
    """The caller's tasks."""
    return table.read(PAGE[page.sort], owner=user.id, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=status.HTTP_201_CREATED)
def add_task(task: NewTask, user: Owner) -> Task:
    """Adds a task of the caller's."""
    added = Task(id=uuid4().hex, title=task.title)
    table.write(ADD, id=added.id, owner=user.id, title=added.title)
    return added


@router.get("/{task_id}")
def read_task(task_id: str, user: Owner) -> Task:
    """One task of the caller's."""
    return found(table.read(ONE, owner=user.id, id=task_id))


@router.put("/{task_id}")
def replace_task(task_id: str, whole: Whole, user: Owner) -> Task:
    """Puts something else in the place of a task of the caller's."""
    return change_task(task_id, Change(title=whole.title, done=whole.done), user)


@router.patch("/{task_id}")
def change_task(task_id: str, change: Change, user: Owner) -> Task:
    """Changes a task of the caller's."""
    table.write(CHANGE, owner=user.id, id=task_id, title=change.title, done=change.done)
    return found(table.read(ONE, owner=user.id, id=task_id))


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove_task(task_id: str, user: Owner) -> None:
    """Removes a task of the caller's."""
    if not table.write(REMOVE, owner=user.id, id=task_id):
        found([])
