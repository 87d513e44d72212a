"""Stores the users' tasks in SQLite. Each statement is limited to one owner's tasks and uses bound parameters."""

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
REMOVE_ALL = "DELETE FROM task WHERE owner = :owner"
# Each page starts after the task that the cursor identifies, or with the first task if there is no cursor.
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
    """This process's only database connection. A lock serialises its statements, because endpoints run in threads."""

    def __init__(self, path: str) -> None:
        self.lock = Lock()
        # Each statement runs in its own transaction.
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(TABLE)

    def read(self, statement: str, **values: object) -> "list[Task]":
        with self.lock:
            return [Task(**row) for row in self.connection.execute(statement, values).fetchall()]

    def write(self, statement: str, **values: object) -> bool:
        """Runs a statement and returns whether it changed a row."""
        with self.lock:
            return self.connection.execute(statement, values).rowcount > 0


# Without a file name, the database is in memory and is lost on restart.
table = Table(os.environ.get("DATABASE") or ":memory:")

Title = Annotated[str, Field(min_length=1, max_length=200)]


class NewTask(BaseModel):
    """The body of a request that adds a task. Any other fields, such as an owner, are ignored."""

    title: Title


class Whole(NewTask):
    """The body of a request that replaces a task."""

    done: StrictBool = False


class Change(BaseModel):
    """The body of a request that changes a task. Missing fields keep their current values."""

    title: Optional[Title] = None
    done: Optional[StrictBool] = None


class Task(BaseModel):
    """A user's task."""

    id: str
    title: str
    done: bool = False


class Page(BaseModel):
    """Which tasks to list, and in what order. The list starts after the task that `cursor` identifies."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[Optional[str], Field(pattern=r"^[0-9a-f]{32}$", description="The id of a task")] = None
    sort: Literal["oldest", "newest"] = "oldest"


# Every route of this router requires a token that belongs to the user in the path.
router = APIRouter(prefix="/api/{user_id}/tasks", dependencies=[Depends(owner)], responses=DOCUMENTED)


def found(tasks: list[Task]) -> Task:
    """Returns the task, or responds with the same 404 whether it belongs to another user or never existed."""
    if not tasks:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such task")
    return tasks[0]


@router.get("")
def list_tasks(user: Owner, page: Annotated[Page, Query()]) -> list[Task]:
    """Lists the caller's tasks."""
    return table.read(PAGE[page.sort], owner=user.id, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=status.HTTP_201_CREATED)
def add_task(task: NewTask, user: Owner) -> Task:
    """Adds a task for the caller."""
    added = Task(id=uuid4().hex, title=task.title)
    table.write(ADD, id=added.id, owner=user.id, title=added.title)
    return added


@router.get("/{task_id}")
def read_task(task_id: str, user: Owner) -> Task:
    """Returns one of the caller's tasks."""
    return found(table.read(ONE, owner=user.id, id=task_id))


@router.put("/{task_id}")
def replace_task(task_id: str, whole: Whole, user: Owner) -> Task:
    """Replaces one of the caller's tasks."""
    return change_task(task_id, Change(title=whole.title, done=whole.done), user)


@router.patch("/{task_id}")
def change_task(task_id: str, change: Change, user: Owner) -> Task:
    """Changes one of the caller's tasks."""
    table.write(CHANGE, owner=user.id, id=task_id, title=change.title, done=change.done)
    return found(table.read(ONE, owner=user.id, id=task_id))


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove_task(task_id: str, user: Owner) -> None:
    """Deletes one of the caller's tasks."""
    if not table.write(REMOVE, owner=user.id, id=task_id):
        found([])
