//! Identifies the hardware of a device node through sysfs, without opening the node.
use std::fs;
use std::path::{Path, PathBuf};

/// The hardware of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hardware {
    /// The USB device; `None` for other buses.
    pub(super) usb: Option<UsbDevice>,
    /// Index among the nodes of one function; a camera's metadata has a node of its own.
    pub(super) index: u32,
}

/// A USB device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UsbDevice {
    /// The kernel's name of the port: bus, then the ports of hubs, as "1-2.4".
    pub(super) port: String,
    /// Vendor and product id, as "046d:082d".
    pub(super) product: String,
    /// The serial number. Few devices have one, and some manufacturers give all devices the same.
    pub(super) serial: Option<String>,
    /// The USB interface that the node belongs to, as "1.0"; a color and an infrared camera have different ones.
    pub(super) function: String,
}

impl Hardware {
    /// Returns the hardware of the node with this name, such as "video0"; `class` is `/sys/class/video4linux`.
    pub(super) fn of(class: &Path, node: &str) -> Self {
        let folder = class.join(node);
        let index = read(&folder, "index").and_then(|index| index.parse().ok());
        Self {
            usb: usb_device(&folder.join("device")),
            index: index.unwrap_or_default(),
        }
    }

    /// Returns the physical unit, such as "usb:1-2". All functions of a USB device have the same.
    pub(super) fn unit(&self) -> Option<String> {
        self.usb.as_ref().map(|usb| format!("usb:{}", usb.port))
    }

    /// Returns an id of the camera that is the same at every port if it has a serial number, and includes `bus` otherwise.
    pub(super) fn hardware_id(&self, card: &str, bus: &str) -> String {
        let index = self.index;
        match &self.usb {
            Some(UsbDevice {
                product,
                serial: Some(serial),
                function,
                ..
            }) => format!("v4l2:{product}:{serial}:{function}:{index}:{card}"),
            Some(usb) => format!("v4l2:{}:{bus}:{}:{index}:{card}", usb.product, usb.function),
            None => format!("v4l2:{bus}:{index}:{card}"),
        }
    }
}

/// Returns the USB device of an interface: the nearest parent folder with a vendor id.
fn usb_device(link: &Path) -> Option<UsbDevice> {
    let interface = link.canonicalize().ok()?;
    let device = interface
        .ancestors()
        .find(|folder| folder.join("idVendor").exists())?;
    let port = name(device)?;
    let function = interface
        .ancestors()
        .take_while(|folder| *folder != device)
        .filter_map(name)
        .find_map(|name| Some(name.strip_prefix(&port)?.strip_prefix(':')?.to_owned()));
    Some(UsbDevice {
        product: format!("{}:{}", read(device, "idVendor")?, read(device, "idProduct")?),
        serial: read(device, "serial").filter(|serial| !serial.is_empty()),
        function: function.unwrap_or_default(),
        port,
    })
}

fn name(folder: &Path) -> Option<String> {
    Some(folder.file_name()?.to_str()?.to_owned())
}

fn read(folder: &Path, file: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join(file)).ok()?;
    Some(text.trim().to_owned())
}

/// Returns the persistent names of a node: the links to it in `folder/by-id` and `folder/by-path`.
pub(super) fn persistent_links(folder: &Path, node: &Path) -> Vec<PathBuf> {
    let links = ["by-id", "by-path"].into_iter().flat_map(|kind| {
        let entries = fs::read_dir(folder.join(kind)).into_iter().flatten().flatten();
        entries.map(|entry| entry.path())
    });
    let mut links: Vec<_> = links
        .filter(|link| link.canonicalize().is_ok_and(|target| target == node))
        .collect();
    links.sort();
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder like sysfs, for a webcam with two functions.
    struct Tree(PathBuf);

    impl Tree {
        fn new(name: &str, serial: Option<&str>) -> Self {
            let root = std::env::temp_dir().join(format!("mediarec-sysfs-{name}-{}", std::process::id()));
            let device = root.join("devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.4");
            for (function, node, index) in [("1.0", "video0", 0), ("1.0", "video1", 1), ("1.2", "video2", 0)]
            {
                let interface = device.join(format!("1-2.4:{function}"));
                fs::create_dir_all(&interface).unwrap();
                let class = root.join("class").join(node);
                fs::create_dir_all(&class).unwrap();
                fs::write(class.join("index"), format!("{index}\n")).unwrap();
                symlink(interface, class.join("device")).unwrap();
            }
            fs::write(device.join("idVendor"), "046d\n").unwrap();
            fs::write(device.join("idProduct"), "082d\n").unwrap();
            if let Some(serial) = serial {
                fs::write(device.join("serial"), serial).unwrap();
            }
            Self(root)
        }

        fn hardware(&self, node: &str) -> Hardware {
            Hardware::of(&self.0.join("class"), node)
        }
    }

    impl Drop for Tree {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_unit_is_the_usb_device_whatever_the_function_and_the_node() {
        let tree = Tree::new("unit", None);
        for node in ["video0", "video1", "video2"] {
            assert_eq!(tree.hardware(node).unit().as_deref(), Some("usb:1-2.4"));
        }
        assert_eq!(tree.hardware("video9").unit(), None);
    }

    #[test]
    fn a_serial_number_makes_a_camera_known_at_every_port() {
        let tree = Tree::new("serial", Some("A1B2\n"));
        let id = |node: &str, bus: &str| tree.hardware(node).hardware_id("HD Cam", bus);
        assert_eq!(
            id("video0", "usb-0000:00:14.0-2"),
            "v4l2:046d:082d:A1B2:1.0:0:HD Cam"
        );
        assert_eq!(
            id("video0", "usb-0000:00:14.0-2"),
            id("video0", "usb-0000:00:1d.0-1")
        );
        assert_ne!(id("video0", "usb"), id("video2", "usb"));
    }

    #[test]
    fn without_a_serial_number_the_port_tells_equal_cameras_apart() {
        let tree = Tree::new("port", None);
        let hardware = tree.hardware("video0");
        assert_ne!(
            hardware.hardware_id("Cam", "usb-1"),
            hardware.hardware_id("Cam", "usb-2")
        );
        let virtual_one = Hardware::default();
        assert_eq!(
            virtual_one.hardware_id("vivid", "platform:vivid-000"),
            "v4l2:platform:vivid-000:0:vivid"
        );
    }

    #[test]
    fn the_links_of_a_node_are_found() {
        let tree = Tree::new("links", None);
        let node = tree.0.join("video0");
        fs::write(&node, "").unwrap();
        let folder = tree.0.join("v4l");
        fs::create_dir_all(folder.join("by-id")).unwrap();
        symlink("../../video0", folder.join("by-id/usb-cam-index0")).unwrap();
        symlink("../../video1", folder.join("by-id/usb-cam-index1")).unwrap();
        let node = node.canonicalize().unwrap();
        assert_eq!(
            persistent_links(&folder, &node),
            [folder.join("by-id/usb-cam-index0")]
        );
        assert!(persistent_links(&tree.0.join("nothing"), &node).is_empty());
    }
}
