use leptos::reactive::effect::{Effect as Inner, EffectFunction};

/// What is done again whenever something that it reads has changed. Only in the browser.
pub struct Effect;

impl Effect {
    /// Takes what the run before gave back, or nothing at all.
    #[expect(clippy::new_ret_no_self, reason = "named as leptos names it, and nobody keeps one")]
    pub fn new<T: 'static, M>(mut run: impl EffectFunction<T, M> + 'static) {
        let mut before = None;
        let run: Box<dyn FnMut()> = Box::new(move || before = Some(run.run(before.take())));
        Inner::new(run);
    }
}
