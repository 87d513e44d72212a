//! Domains under which anyone can get a host. The public suffix list has ten thousand
//! lines of such domains in its private section. This table contains only those that
//! Cloudflare's users are likely to come across.

/// Domains whose direct subdomains belong to many different owners.
const HOSTING: &[&str] = &[
    "amplifyapp.com",
    "blogspot.com",
    "cfargotunnel.com",
    "cloudapp.azure.com",
    "cloudfront.net",
    "codesandbox.io",
    "csb.app",
    "deno.dev",
    "firebaseapp.com",
    "framer.app",
    "gradio.live",
    "notion.site",
    "r2.dev",
    "streamlit.app",
    "fly.dev",
    "gitbook.io",
    "github.dev",
    "app.github.dev",
    "github.io",
    "gitlab.io",
    "gitpod.io",
    "glitch.me",
    "herokuapp.com",
    "hf.space",
    "hosted.app",
    "koyeb.app",
    "lhr.life",
    "loca.lt",
    "localtunnel.me",
    "lovable.app",
    "myshopify.com",
    "netlify.app",
    "netlify.com",
    "ngrok.app",
    "ngrok.dev",
    "ngrok-free.app",
    "ngrok-free.dev",
    "now.sh",
    "ondigitalocean.app",
    "onrender.com",
    "pages.dev",
    "pythonanywhere.com",
    "railway.app",
    "up.railway.app",
    "render.com",
    "repl.co",
    "replit.app",
    "replit.dev",
    "run.app",
    "servebeer.com",
    "sslip.io",
    "nip.io",
    "stackblitz.io",
    "supabase.co",
    "surge.sh",
    "trycloudflare.com",
    "vercel.app",
    "vercel.dev",
    "web.app",
    "webcontainer.io",
    "webflow.io",
    "wixsite.com",
    "workers.dev",
    "wordpress.com",
    "zeabur.app",
    "duckdns.org",
    "eu.org",
    "ts.net",
];

/// Domains that are shared at every depth: a cloud's regions, zones and buckets.
const CLOUDS: &[&str] = &[
    "appspot.com",
    "azurestaticapps.net",
    "azurewebsites.net",
    "ngrok.io",
    "amazonaws.com",
    "azure.com",
    "azurecontainerapps.io",
    "digitaloceanspaces.com",
    "elasticbeanstalk.com",
    "googleapis.com",
    "googleusercontent.com",
    "nip.io",
    "on.aws",
    "run.app",
    "sslip.io",
    "vultr.com",
    "webcontainer.io",
    "windows.net",
];

/// Second-level labels under which countries register names: `co.uk`, `com.au`.
const REGISTERED_BELOW: &[&str] = &[
    "ac", "asn", "co", "com", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "gub", "ind",
    "ltd", "me", "mil", "ne", "net", "nhs", "nom", "or", "org", "plc", "police", "sch",
];

/// Returns whether the direct subdomains of a host can belong to several owners.
pub(super) fn is_shared(host: &str) -> bool {
    let is_or_is_above = |one: &&str| {
        *one == host
            || one
                .strip_suffix(host)
                .is_some_and(|front| front.ends_with('.'))
    };
    let is_or_is_below = |one: &&str| {
        *one == host
            || host
                .strip_suffix(*one)
                .is_some_and(|front| front.ends_with('.'))
    };
    HOSTING.iter().any(is_or_is_above)
        || CLOUDS
            .iter()
            .any(|one| is_or_is_below(one) || is_or_is_above(one))
        || is_registry(host)
}

/// Returns whether a host is a name such as `co.uk`, with two labels, the second of
/// which is a two-letter country code.
fn is_registry(host: &str) -> bool {
    host.split_once('.')
        .is_some_and(|(second, country)| country.len() == 2 && REGISTERED_BELOW.contains(&second))
}

#[cfg(test)]
mod tests {
    use super::is_shared;

    #[test]
    fn hosts_of_many_owners_are_shared() {
        for host in [
            "vercel.app",
            "netlify.app",
            "pages.dev",
            "workers.dev",
            "github.io",
            "web.app",
            "onrender.com",
            "fly.dev",
            "herokuapp.com",
            "ngrok-free.app",
            "trycloudflare.com",
            "s3.amazonaws.com",
            "compute-1.amazonaws.com",
            "cloudapp.azure.com",
            "azure.com",
            "railway.app",
            "co.uk",
            "com.au",
            "or.jp",
        ] {
            assert!(is_shared(host), "{host}");
        }
        for host in [
            "example.com",
            "example.co.uk",
            "preview.example.com",
            "mine.workers.dev",
            "preview.mine.pages.dev",
            "notvercel.app",
            "fly.io",
        ] {
            assert!(!is_shared(host), "{host}");
        }
    }
}
