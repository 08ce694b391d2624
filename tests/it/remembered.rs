//! What an earlier claim left behind in a service: it decides nothing for the next one.

use billmgr_module::panel::ItemStatus;
use mock_dcim::World;

use crate::shop::{ITEM, Shop};

/// A user that was left behind, by staff who cleared the server alone or by a withdrawal that was cut short, may be of another DCImanager: here
/// the number is the administrator's (safety.md 0: "an admin is refused").
#[tokio::test]
async fn a_user_that_was_left_behind_does_not_become_the_owner() {
    for is_older in [false, true] {
        let shop = Shop::new().await;
        let (admin_email, _) = shop.simulation.mock.admin();
        let admin = shop.world(|world| world.user_by_email(&admin_email).unwrap().id);
        let left = admin.to_string();
        shop.simulation
            .panel
            .set_parameter(ITEM, "dcim6_user", &left);
        if is_older {
            shop.simulation.panel.keep_older_form();
        }
        let (_, ran) = shop.once("open", ITEM).await;
        assert_eq!(ran.code, 0, "{}", ran.out);
        let server = shop.server(ITEM).unwrap();
        let (owner, client) = shop.world(|world| {
            let client = world.user_by_email("client@a.test").unwrap().id;
            (world.server(server).unwrap().owner, client)
        });
        assert_eq!(owner, Some(client));
        let kept = shop.simulation.panel.parameter(ITEM, "dcim6_user");
        assert_eq!(kept, Some(client.to_string()));
        shop.assert_unharmed();
    }
}

/// The client's e-mail is the administrator's: refused, also where an ordinary user was remembered.
#[tokio::test]
async fn an_administrator_is_refused_whoever_was_remembered() {
    let shop = Shop::new().await;
    let (admin_email, _) = shop.simulation.mock.admin();
    let other = shop.world(|world| world.user_by_email("client@example.com").unwrap().id);
    let owned = |world: &World| {
        let owned = world.servers().filter(|server| server.owner == Some(other));
        owned.count()
    };
    let (before, item) = (shop.world(owned), 1300);
    let shop = Shop::with(|panel| {
        panel
            .order(item, 31, "Debian-12-x86_64", &admin_email)
            .parameter(item, "dcim6_user", &other.to_string())
    })
    .await;
    let (operation, ran) = shop.once("open", item).await;
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .starts_with("<doc><error type=\"owner_mismatch\" object=\"user\""),
        "{}",
        ran.out
    );
    shop.assert_with_staff(operation, "administrator");
    assert_ne!(shop.status(item), ItemStatus::Active);
    assert_eq!(shop.world(owned), before);
}
