//! Sessions without a session table: who a request's cookies are of, and the
//! cookies that open, go on with or end a session.

use crate::Edge;
use crate::cookie::SessionCookies;
use crate::error::Refusal;
use crate::store::Seen;
use crate::token::{
    Session, SessionData, sign_refresh, sign_session_data, verify_refresh, verify_session_data,
};
use crate::user::User;

/// A session with its user, and the cookies that the answer sets.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) data: SessionData,
    pub(crate) cookies: Vec<String>,
}

/// How a session may be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    /// Not from live session data, but from the database.
    pub(crate) fresh: bool,
    /// Without new cookies.
    pub(crate) still: bool,
    /// Only from session data that holds for so many seconds more.
    pub(crate) left: u64,
}

/// The session of the request's cookies: as live session data tells it, else by
/// a refresh, which is the only thing that reads the database. The refresh token
/// must be there and hold either way.
pub(crate) async fn current(edge: &Edge, reading: Reading) -> Result<Option<Opened>, Refusal> {
    let Some(session) = of_cookie(edge) else {
        return Ok(None);
    };
    edge.trail.user(&session.user_id);
    let known = if reading.fresh {
        None
    } else {
        edge.jar
            .session_data()
            .and_then(|cookie| verify_session_data(&cookie, edge.config, edge.now))
            .filter(|data| data.session.id == session.sid && data.user.id == session.user_id)
            .filter(|data| data.until >= edge.now / 1000 + reading.left)
    };
    if let Some(data) = known {
        return Ok(Some(Opened {
            session,
            data,
            cookies: Vec::new(),
        }));
    }
    let Some(user) = edge.store.user_of(&session).await? else {
        return Ok(None);
    };
    let mut opened = open(session, user, edge)?;
    if reading.still {
        opened.cookies.clear();
    }
    Ok(Some(opened))
}

/// The session of a request that changes something: by the database.
pub(crate) async fn authorised(edge: &Edge) -> Result<Opened, Refusal> {
    let reading = Reading {
        fresh: true,
        still: false,
        left: 0,
    };
    current(edge, reading).await?.ok_or(Refusal::Unauthorized)
}

/// The session of the refresh token alone.
pub(crate) fn of_cookie(edge: &Edge) -> Option<Session> {
    let cookie = edge.jar.session_token()?;
    verify_refresh(cookie, edge.config, edge.now)
}

/// Makes a session's cookies, with its user as of now.
pub(crate) fn open(session: Session, user: Seen<User>, edge: &Edge) -> Result<Opened, Refusal> {
    let Edge { config, now, .. } = *edge;
    let session = Session {
        bookmark: user.bookmark,
        ..session
    };
    let data = SessionData::of(&session, user.value, config, now);
    let cookies = edge.jar.set(&SessionCookies {
        token: &sign_refresh(&session, config, now)?,
        token_age: session.expires_at(config, now).saturating_sub(now / 1000),
        data: &sign_session_data(&data, config, now)?,
        data_age: config.access_ttl,
        remember: session.remember,
    });
    Ok(Opened {
        session,
        data,
        cookies,
    })
}
