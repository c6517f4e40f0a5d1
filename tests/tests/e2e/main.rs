//! End to end: the packages as built, in real browsers, against an edge that fails for real.
//!
//! Every scene is one test for each browser, named `scene_in_chrome` and `scene_in_firefox`. Pictures of what they show are
//! written to `shots/`.

mod form;
mod nothing;
mod recovery;
mod refusal;
mod stage;
mod website;

use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};
use rayback_tests::browser::Make;
use tokio::runtime::Runtime;

use self::stage::Run;

type Scene = fn(Run) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// Names a scene after its function.
macro_rules! scenes {
    ($($module:ident::$scene:ident),* $(,)?) => {
        [$((stringify!($scene), |run| Box::pin($module::$scene(run)))),*]
    };
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new()?);
    let scenes: &[(&str, Scene)] = &scenes![
        recovery::a_page_that_fails_is_explained_waited_for_and_brought_back,
        recovery::a_page_without_tls_is_probed_without_tls,
        nothing::a_healthy_page_an_own_503_and_an_article_wake_nothing,
        refusal::a_denied_page_is_explained_and_never_reloaded,
        refusal::a_challenge_is_explained_and_never_reloaded,
        form::a_page_that_answers_a_form_is_explained_and_never_sent_again,
        website::what_is_pasted_is_read_in_the_page_and_leaves_it_nowhere,
    ];
    let trials = scenes.iter().flat_map(|&(name, scene)| {
        let runtime = &runtime;
        Make::BOTH.map(|make| {
            let runtime = runtime.clone();
            Trial::test(format!("{name}_in_{}", make.name()), move || {
                runtime.block_on(scene(Run { scene: name, make })).map_err(|why| Failed::from(format!("{why:#}")))
            })
        })
    });
    Ok(libtest_mimic::run(&arguments, trials.collect()).exit_code())
}
