"""A real Chromium without a window, for pages opened from files. ``make test-browser`` installs it and runs these."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, CHROMEDRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
WAIT = 10

SEEN = "return arguments[0].checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})"


class Browser:
    """One page in the browser, and what a reader does with it."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver
        self.url = ""

    def open(self, path: Path, view: str = "") -> None:
        """A fresh load, also where only the part after ``#`` differs."""
        self.driver.get("about:blank")
        self.log("browser")
        self.log("performance")
        self.url = path.as_uri()
        self.driver.get(self.url + view)
        self.until(lambda: self.run("return document.readyState") == "complete")

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, holds: Any) -> None:
        WebDriverWait(self.driver, WAIT, poll_frequency=0.02).until(lambda _: holds())

    def command(self, name: str, **values: object) -> Any:
        return self.driver.execute_cdp_cmd(name, values)

    def log(self, name: str) -> list[dict[str, Any]]:
        """What was written since it was last read."""
        made: list[dict[str, Any]] = self.driver.execute("getLog", {"type": name})["value"]
        return made

    def find(self, selector: str) -> WebElement:
        found = self.all(selector)
        assert found, f"nothing matches {selector}"
        return found[0]

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", selector)

    def seen(self, selector: str) -> list[WebElement]:
        """What a reader sees of all that matches."""
        return [one for one in self.all(selector) if self.run(SEEN, one)]

    def values(self, selector: str, attribute: str) -> list[str]:
        """An attribute of all that is seen."""
        script = (
            "return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility())"
            ".map((one) => one.getAttribute(arguments[1]))"
        )
        made: list[str] = self.run(script, selector, attribute)
        return made

    def texts(self, selector: str) -> list[str]:
        script = (
            "return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility())"
            ".map((one) => one.innerText.replace(/\\s+/g, ' ').trim())"
        )
        made: list[str] = self.run(script, selector)
        return made

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def back(self) -> None:
        """The control before, by the keyboard."""
        ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()

    def hover(self, element: WebElement) -> None:
        ActionChains(self.driver).move_to_element(element).perform()

    def focused(self, selector: str) -> bool:
        return bool(self.run("return document.activeElement.matches(arguments[0])", selector))

    def media(self, media: str = "", **features: str) -> None:
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.command("Emulation.setEmulatedMedia", media=media, features=told)

    def width(self, width: int, height: int = 844) -> None:
        phone = width < 700
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )

    def pdf(self) -> bytes:
        return b64decode(self.command("Page.printToPDF", preferCSSPageSize=True)["data"])

    def complaints(self) -> list[str]:
        """Errors and warnings of the console since the page was opened."""
        return [entry["message"] for entry in self.log("browser")]

    def requests(self) -> list[str]:
        """Every address that was asked for since the page was opened, but for the page itself."""
        told = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        asked = [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if url.partition("#")[0] != self.url]

    def reset(self) -> None:
        self.command("Emulation.clearDeviceMetricsOverride")
        self.media()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    os.environ |= {"SE_OFFLINE": "true", "SE_AVOID_STATS": "true"}  # the driver is named below and never looked for
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, "--window-size=1440,1000", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(CHROMEDRIVER))
    yield Browser(driver)
    driver.quit()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser; whatever a test does, the console stays silent and nothing leaves the page."""
    yield chromium
    assert chromium.run("return performance.getEntriesByType('resource').length") == 0
    assert chromium.requests() == []
    assert chromium.complaints() == []
    chromium.reset()
