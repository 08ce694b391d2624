//! The port to BILLmanager, one suite for both who stand behind it: the in-process stand-in, and the real one with MariaDB and mgrctl.
//! What a simulation shows is worth what these say alike.

/// Make two tests of each one: on a BILLmanager in memory, and on one of real parts, where there are such.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::panel::world::World::in_memory()).await;
            })+
        }
        mod live {
            $(#[tokio::test]
            async fn $test() {
                if let Some(world) = crate::panel::world::World::live().await {
                    super::$test(world).await;
                }
            })+
        }
    };
}

mod calls;
mod claims;
mod failures;
mod hasty;
mod locks;
mod offers;
mod reads;
mod world;
