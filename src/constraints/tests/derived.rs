//! The best of all that can be made of one mode, against looking at every size and at many rates, with the
//! order among equally near ones.
use super::asked;
use super::random::Random;
use crate::constraints::derived::Derived;
use crate::constraints::normalized::SetKind;
use crate::constraints::*;

/// The best settings that can be derived from a mode; None when nothing satisfies the set.
fn best_derived(
    mode: &MediaTrackSettings,
    asked: &MediaTrackConstraintSet,
    defaults: &MediaTrackSettings,
) -> Option<MediaTrackSettings> {
    let basic = asked.normalized(SetKind::Basic);
    let space = Derived::new(mode)?.narrow(&basic)?;
    Some(space.best(&basic, defaults).0)
}

/// What is asked of one number: exact, ideal, min, max.
#[derive(Clone, Copy, Debug, Default)]
struct Request {
    ideal: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
}

impl Request {
    fn random(random: &mut Random, numbers: &[f64]) -> Self {
        Self {
            ideal: random.maybe(3, numbers),
            min: random.maybe(6, numbers),
            max: random.maybe(6, numbers),
        }
    }

    fn allows(&self, number: f64) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }

    fn distance(&self, number: f64) -> f64 {
        self.ideal.map_or(0.0, |ideal| apart(number, ideal))
    }

    fn constrain(&self) -> Option<Constrain<f64>> {
        let ideal = self.ideal.map(Constrain::ideal);
        let bounds = [self.min.map(Constrain::min), self.max.map(Constrain::max)];
        bounds.into_iter().flatten().chain(ideal).reduce(Constrain::and)
    }

    fn constrain_whole(&self) -> Option<Constrain<u32>> {
        let ideal = self.ideal.map(|n| Constrain::ideal(n as u32));
        let min = self.min.map(|n| Constrain::min(n as u32));
        let max = self.max.map(|n| Constrain::max(n as u32));
        [ideal, min, max].into_iter().flatten().reduce(Constrain::and)
    }
}

fn apart(a: f64, b: f64) -> f64 {
    (a - b).abs() / a.max(b)
}

fn ratio(width: f64, height: f64) -> f64 {
    (width / height * 1e10).round() / 1e10
}

struct Case {
    size: (u32, u32),
    rate: f64,
    width: Request,
    height: Request,
    ratio: Request,
    frame_rate: Request,
}

impl Case {
    fn random(random: &mut Random) -> Self {
        let size = (1 + random.below(48) as u32, 1 + random.below(48) as u32);
        let sides: Vec<_> = (1..60).map(f64::from).collect();
        let ratios: Vec<_> = (0..8)
            .map(|_| ratio(random.pick(&sides), random.pick(&sides)))
            .collect();
        let rates = [
            1.0,
            7.5,
            10.0,
            15.0,
            20.0,
            24.0,
            25.0,
            30_000.0 / 1001.0,
            30.0,
            44.0,
            50.0,
            60.0,
        ];
        Self {
            size,
            rate: random.pick(&rates[3..]),
            width: Request::random(random, &sides),
            height: Request::random(random, &sides),
            ratio: Request::random(random, &ratios),
            frame_rate: Request::random(random, &rates),
        }
    }

    fn find(&self) -> Option<MediaTrackSettings> {
        let asked = MediaTrackConstraintSet {
            width: self.width.constrain_whole(),
            height: self.height.constrain_whole(),
            aspect_ratio: self.ratio.constrain(),
            frame_rate: self.frame_rate.constrain(),
            ..Default::default()
        };
        let mode = MediaTrackSettings::video(self.size.0, self.size.1, Some(self.rate));
        best_derived(&mode, &asked, &defaults())
    }

    fn allows(&self, (width, height, rate): (f64, f64, f64)) -> bool {
        let sides = self.width.allows(width) && self.height.allows(height);
        sides && self.ratio.allows(ratio(width, height)) && self.frame_rate.allows(rate)
    }

    /// Distance, uneven, crop, distance from the defaults: the documented order.
    fn key(&self, (width, height, rate): (f64, f64, f64)) -> [f64; 4] {
        let shape = ratio(width, height);
        let own = ratio(self.size.0.into(), self.size.1.into());
        let distances = [
            self.width.distance(width),
            self.height.distance(height),
            self.ratio.distance(shape),
            self.frame_rate.distance(rate),
        ];
        let divisor = self.rate / rate;
        let uneven = (divisor - divisor.round()).abs() > 1e-6;
        let defaults = [apart(width, 30.0), apart(height, 20.0), apart(rate, 30.0)];
        let uneven = f64::from(u8::from(uneven));
        [
            distances.iter().sum(),
            uneven,
            apart(shape, own),
            defaults.iter().sum(),
        ]
    }

    /// Every even rate down to a hundredth, every bound and ideal, and values between.
    fn rates(&self) -> Vec<f64> {
        let even = (1..=100).map(|n| self.rate / f64::from(n));
        let asked = [self.frame_rate.ideal, self.frame_rate.min, self.frame_rate.max];
        let between = (1..60).map(f64::from);
        let all = even
            .chain(asked.into_iter().flatten())
            .chain(between)
            .chain([1.0 / 3600.0]);
        all.filter(|rate| *rate <= self.rate).collect()
    }
}

fn defaults() -> MediaTrackSettings {
    MediaTrackSettings {
        width: Some(30),
        height: Some(20),
        frame_rate: Some(30.0),
        ..MediaTrackSettings::default()
    }
}

/// Whether `a` comes before `b`, by more than rounding.
fn is_better(a: [f64; 4], b: [f64; 4]) -> bool {
    for (a, b) in a.into_iter().zip(b) {
        if (a - b).abs() > 1e-14 {
            return a < b;
        }
    }
    false
}

/// The best of the sizes at one rate and of the rates at one size are the best together: all but the rates'
/// distance is sizes alone, and the order sums where it mixes them.
fn check(case: &Case) -> bool {
    let rates = case.rates();
    let rates: Vec<_> = rates
        .into_iter()
        .filter(|rate| case.frame_rate.allows(*rate))
        .collect();
    let sizes = (1..=case.size.0).flat_map(|width| (1..=case.size.1).map(move |height| (width, height)));
    let Some(found) = case.find() else {
        let possible = rates.first().is_some_and(|rate| {
            let mut sizes = sizes;
            sizes.any(|(width, height)| case.allows((width.into(), height.into(), *rate)))
        });
        assert!(!possible, "something would do: {:?} {:?}", case.size, case.width);
        return false;
    };
    let (width, height) = (f64::from(found.width.unwrap()), f64::from(found.height.unwrap()));
    let rate = found.frame_rate.unwrap();
    assert!(case.allows((width, height, rate)), "{found:?}");
    assert!(width <= case.size.0.into() && height <= case.size.1.into() && rate <= case.rate);
    let own = case.key((width, height, rate));
    let other_sizes = sizes.map(|(width, height)| (f64::from(width), f64::from(height), rate));
    let other_rates = rates.into_iter().map(|rate| (width, height, rate));
    for other in other_sizes.chain(other_rates).filter(|other| case.allows(*other)) {
        let key = case.key(other);
        assert!(
            !is_better(key, own),
            "{other:?} {key:?} is better than {found:?} {own:?}"
        );
    }
    true
}

#[test]
fn no_size_and_no_rate_is_better_than_the_one_found() {
    let mut random = Random::new(11);
    let cases: Vec<_> = (0..5_000).map(|_| Case::random(&mut random)).collect();
    let found = cases.iter().filter(|case| check(case)).count();
    assert!((2_000..4_500).contains(&found), "{found} of 5000");
}

#[test]
fn derived_settings_are_what_people_expect() {
    let best = |size: (u32, u32, f64), text: &str| {
        let mode = MediaTrackSettings::video(size.0, size.1, Some(size.2));
        let found = best_derived(&mode, &asked(text).basic, &MediaTrackSettings::defaults())?;
        Some((found.width?, found.height?, found.frame_rate?))
    };
    let camera = (1280, 720, 30.0);
    assert_eq!(best(camera, ""), Some((1280, 720, 30.0)));
    assert_eq!(best(camera, "width=500,height=400"), Some((500, 400, 30.0)));
    assert_eq!(best(camera, "width=640"), Some((640, 360, 30.0)));
    assert_eq!(best(camera, "aspectRatio==4/3"), Some((960, 720, 30.0)));
    assert_eq!(best(camera, "frameRate=10"), Some((1280, 720, 10.0)));
    assert_eq!(best(camera, "frameRate<=20"), Some((1280, 720, 15.0)));
    assert_eq!(
        best(camera, "frameRate>=16,frameRate<=20"),
        Some((1280, 720, 20.0))
    );
    assert_eq!(best(camera, "frameRate<=0"), None);
    assert_eq!(best(camera, "width==1281"), None);
    assert_eq!(best(camera, "width<=0"), None);
    assert_eq!(best(camera, "aspectRatio>=1281"), None);
    assert_eq!(best(camera, "resizeMode==none"), None);
    assert_eq!(best((1280, 720, 44.0), ""), Some((1280, 720, 22.0)));
    assert_eq!(best((1920, 1080, 60.0), ""), Some((1280, 720, 30.0)));
}

#[test]
fn absurd_sizes_and_wishes_do_no_harm() {
    let mode = MediaTrackSettings::video(u32::MAX, u32::MAX, Some(1e300));
    let asked = asked("aspectRatio>=1e300,aspectRatio<=-1e300,width=4294967295,frameRate=1e-300");
    assert_eq!(
        best_derived(&mode, &asked.basic, &MediaTrackSettings::defaults()),
        None
    );
    let none = MediaTrackSettings::video(0, 0, None);
    assert_eq!(best_derived(&none, &asked.basic, &none), None);
    assert_eq!(Candidate::of_mode("none", 0, &none).len(), 1);
}
