//! Graphs of a plan: the stack, the start order and the time budget, each as a picture, as Mermaid and for Graphviz.
//!
//! What is drawn is read off the plan and off what Pacemaker is given; nothing here decides anything.

mod chart;
mod order;
mod stack;
mod svg;
mod time;

use serde::Serialize;

use crate::pacemaker;
use crate::plan::Plan;
use crate::render::{RenderError, render};

pub use svg::Picture;

/// What a graph shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// What stands on what, on both nodes.
    Stack,
    /// What starts after what.
    Order,
    /// Which wait is longer than which.
    Time,
}

impl What {
    /// Every graph.
    pub const ALL: [What; 3] = [What::Stack, What::Order, What::Time];

    /// Its name in commands and files.
    pub const fn name(self) -> &'static str {
        match self {
            What::Stack => "stack",
            What::Order => "order",
            What::Time => "time",
        }
    }
}

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A picture.
    Svg,
    /// A diagram in Markdown.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

/// What a thing is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hue {
    Guest,
    Kvm,
    Gfs2,
    Lvm,
    Drbd,
    Disk,
    Cluster,
    Fence,
}

impl Hue {
    /// The name in the templates.
    const fn class(self) -> &'static str {
        match self {
            Hue::Guest => "guest",
            Hue::Kvm => "kvm",
            Hue::Gfs2 => "gfs2",
            Hue::Lvm => "lvm",
            Hue::Drbd => "drbd",
            Hue::Disk => "disk",
            Hue::Cluster => "corosync",
            Hue::Fence => "fence",
        }
    }

    /// What Graphviz fills a box with, and what it draws its border with.
    const fn colors(self) -> [&'static str; 2] {
        match self {
            Hue::Guest => ["#f6efff", "#8250df"],
            Hue::Kvm => ["#eef1f4", "#6e7781"],
            Hue::Gfs2 => ["#e6f7ea", "#1a7f37"],
            Hue::Lvm => ["#fff7da", "#9a6700"],
            Hue::Drbd => ["#fff0e6", "#bc4c00"],
            Hue::Disk => ["#eceff2", "#57606a"],
            Hue::Cluster => ["#e6f2ff", "#0969da"],
            Hue::Fence => ["#fff0ef", "#cf222e"],
        }
    }
}

/// The template of every picture.
pub const PICTURE: &str = "graph/picture.svg.j2";

/// A graph as a picture, for its template.
pub fn picture(plan: &Plan, what: What) -> Picture {
    match what {
        What::Stack => svg::stack(&stack::Stack::new(plan)),
        What::Order => svg::order(&plan.cluster.name, &order::Order::new(&pacemaker::configure(plan))),
        What::Time => svg::time(&time::Time::new(plan)),
    }
}

/// The text of a graph.
pub fn draw(plan: &Plan, what: What, form: Form) -> Result<String, RenderError> {
    match (form, what) {
        (Form::Svg, _) => render(PICTURE, &picture(plan, what)),
        (Form::Mermaid, What::Stack) => render("graph/stack.mmd.j2", &Mermaid { graph: grid(plan) }),
        (Form::Mermaid, What::Order) => render("graph/order.mmd.j2", &Mermaid { graph: order_chart(plan) }),
        (Form::Mermaid, What::Time) => render("graph/time.mmd.j2", &Mermaid { graph: gantt(plan) }),
        (Form::Dot, What::Stack) => render("graph/chart.dot.j2", &chart::of_stack(&stack::Stack::new(plan))),
        (Form::Dot, What::Order) => render("graph/chart.dot.j2", &order_chart(plan)),
        (Form::Dot, What::Time) => render("graph/chart.dot.j2", &chart::of_time(&time::Time::new(plan))),
    }
}

/// What the templates of Mermaid see: so they can stand inside a page that has views of its own.
#[derive(Debug, Serialize)]
struct Mermaid<G> {
    graph: G,
}

/// The graphs for a page that includes the templates of Mermaid, each under its name.
#[derive(Debug, Serialize)]
pub struct Diagrams {
    stack: chart::Grid,
    order: chart::Chart,
    time: chart::Gantt,
}

impl Diagrams {
    /// Those of a plan.
    pub fn new(plan: &Plan) -> Diagrams {
        Diagrams { stack: grid(plan), order: order_chart(plan), time: gantt(plan) }
    }
}

fn grid(plan: &Plan) -> chart::Grid {
    chart::grid(&stack::Stack::new(plan))
}

fn order_chart(plan: &Plan) -> chart::Chart {
    chart::of_order(&plan.cluster.name, &order::Order::new(&pacemaker::configure(plan)))
}

fn gantt(plan: &Plan) -> chart::Gantt {
    chart::gantt(&time::Time::new(plan))
}
