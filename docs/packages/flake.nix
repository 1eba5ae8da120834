# The package of package.nix: nix run 'git+file:.?dir=docs/packages' -- record -o talk.webm
{
  description = "The W3C Media Capture and MediaStream Recording APIs, native";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      packages = system: { default = nixpkgs.legacyPackages.${system}.callPackage ./package.nix { }; };
    in
    {
      packages = nixpkgs.lib.genAttrs systems packages;
    };
}
